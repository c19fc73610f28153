<#import "template.ftl" as layout>
<#import "two-factor-enrol-parts.ftl" as parts>
<#import "two-factor-recovery-codes-saved.ftl" as saved>
<@layout.registrationLayout displayMessage=false; section>
  <#if section == "header">
    ${msg("two-factor-recovery-codes-title")}
  <#elseif section == "form">
    <@parts.frame>
      <p>${msg("two-factor-recovery-codes-intro")}</p>
      <p><strong>${msg("two-factor-recovery-codes-once")}</strong></p>
      <ol id="two-factor-codes" class="two-factor-codes" dir="ltr">
        <#list twoFactor.codes as groups><li><code><#list groups as group><span>${group}</span></#list></code></li></#list>
      </ol>
      <div class="two-factor-tools">
        <button type="button" id="two-factor-copy" class="${properties.kcButtonClass!} ${properties.kcButtonSecondaryClass!properties.kcButtonDefaultClass!}"
                data-text="${twoFactor.file}" data-two-factor-copied="two-factor-copied" hidden>${msg("two-factor-recovery-codes-copy")}</button>
        <a id="two-factor-download" class="${properties.kcButtonClass!} ${properties.kcButtonSecondaryClass!properties.kcButtonDefaultClass!}"
           download="recovery-codes.txt" href="data:text/plain;charset=utf-8,${twoFactor.file?url("UTF-8")}">${msg("two-factor-recovery-codes-download")}</a>
        <button type="button" id="two-factor-print" class="${properties.kcButtonClass!} ${properties.kcButtonSecondaryClass!properties.kcButtonDefaultClass!}"
                hidden>${msg("two-factor-recovery-codes-print")}</button>
        <span id="two-factor-copied" role="status" data-text="${msg("two-factor-recovery-codes-copied")}"></span>
      </div>
      <@saved.form/>
    </@parts.frame>
  </#if>
</@layout.registrationLayout>
